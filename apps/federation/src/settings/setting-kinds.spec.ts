import { describe, expect, it } from 'vitest';
import { origins } from './setting-kinds.js';

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
