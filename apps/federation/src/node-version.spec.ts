import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NODE_VERSION, unsuitableNode } from './node-version.js';

const ROOT = new URL('../../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');
const MAJOR = NODE_VERSION.split('.')[0];

interface Package {
  engines: { node: string };
  optionalDependencies: Record<string, string>;
}
const manifest = JSON.parse(textOf('package.json')) as Package;

describe('the version of Node', () => {
  it('is the same in `engines`, as far as a newer Node has what is needed', () => {
    expect(manifest.engines.node).toBe(`^${NODE_VERSION} || >=26.1.0`);
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'Dockerfile'])('is the same in %s', (file) => {
    const named = [...textOf(file).matchAll(/Node (\d+\.\d+\.\d+)/g)].map(([, version]) => version);
    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named)).toEqual(new Set([NODE_VERSION]));
  });

  it('is of the line that the image is built on and that comes with the packages', () => {
    const images = [...textOf('Dockerfile').matchAll(/^FROM node:(\d+)-/gm)].map(([, major]) => major);
    expect(images).toHaveLength(3);
    expect(new Set(images)).toEqual(new Set([MAJOR]));
    const bundled = Object.values(manifest.optionalDependencies);
    expect(bundled.map((version) => version.split('.')[0])).toEqual([MAJOR, MAJOR]);
  });
});

describe('unsuitableNode', () => {
  it('has nothing to say about this Node', () => {
    expect(unsuitableNode()).toBeNull();
  });

  it('names the version that is needed and the one that is there', () => {
    expect(unsuitableNode({})).toBe(
      `Causeway needs Node 24.16.0 or newer, with crypto.randomUUIDv7 (not in 25 and 26.0); this is ${process.version}.`,
    );
  });
});
