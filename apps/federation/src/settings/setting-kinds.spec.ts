import { describe, expect, it } from 'vitest';
import { networks, origins } from './setting-kinds.js';

describe('origins', () => {
  it.each([
    ['https://app.example.com', ['https://app.example.com']],
    [
      'https://APP.example.com:443/, http://localhost:3000',
      ['https://app.example.com', 'http://localhost:3000'],
    ],
    ['vscode-webview://abc/', ['vscode-webview://abc']],
    ['', []],
    ['*', undefined],
    ['null', undefined],
    ['https://*.example.com', undefined],
    ['https://app.example.com/page', undefined],
    ['https://user@app.example.com', undefined],
    ['https://app.example.com, app.example.com', undefined],
  ])('of %j are %j, as browsers write them', (text, expected) =>
    expect(origins.parse(text)).toEqual(expected),
  );
});

describe('networks', () => {
  it.each([
    ['10.0.0.0/8, fd00::/8', ['10.0.0.0/8', 'fd00::/8']],
    ['127.0.0.1,::1', ['127.0.0.1', '::1']],
    ['127.0.0.1:8080,[::1]:8080', ['127.0.0.1:8080', '[::1]:8080']],
    ['', []],
    ['10.0.0.0/33', undefined],
    ['10.0.0/8', undefined],
    ['::1:8080/129', undefined],
    ['example.com', undefined],
    ['example.com:80', undefined],
    ['*', undefined],
    ['127.0.0.1,', ['127.0.0.1']],
  ])('of %j are %j', (text, expected) => expect(networks.parse(text)).toEqual(expected));
});
