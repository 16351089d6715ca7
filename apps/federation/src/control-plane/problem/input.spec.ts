import { IsInt, IsOptional, IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { instanceOf, Nested, ReadAs, unknownFields } from './input.js';

class Limits {
  @IsInt()
  connectMs: number = 3000;
}

class Body {
  @IsString()
  name!: string;

  @ReadAs((given) => (given === 'seven' ? 7 : given))
  @IsInt()
  count: number = 1;

  @IsOptional()
  labels?: object;

  @Nested(Limits)
  limits: Limits = new Limits();
}

class SpecialBody extends Body {
  @IsString()
  override name: string = 'special';
}

const parsed = (json: string): object => JSON.parse(json) as object;

describe('instanceOf', () => {
  it('keeps the defaults of fields that were not given', () => {
    expect(instanceOf(Body, { name: 'a' })).toEqual({ name: 'a', count: 1, limits: { connectMs: 3000 } });
    expect(instanceOf(SpecialBody, {})).toMatchObject({ name: 'special', count: 1 });
  });

  it('makes instances of nested classes, with their own defaults', () => {
    const { limits } = instanceOf(Body, { limits: {} });
    expect(limits).toBeInstanceOf(Limits);
    expect(limits.connectMs).toBe(3000);
  });

  it('reads a field the way it declares, in subclasses too', () => {
    expect(instanceOf(Body, { count: 'seven' }).count).toBe(7);
    expect(instanceOf(SpecialBody, { count: 'seven' }).count).toBe(7);
    expect(instanceOf(Body, { count: 'eight' }).count).toBe('eight');
  });

  it.each([null, [], 'text', 5])('leaves %j in the place of a nested object to its checks', (limits) => {
    expect(instanceOf(Body, { limits }).limits).toEqual(limits);
  });

  it('takes over nothing that the class does not declare, whatever its name', () => {
    const given = parsed('{"name":"a","constructor":{"x":1},"__proto__":{"x":1},"toString":1}');
    const made = instanceOf(Body, given);
    expect(Object.keys(made).toSorted()).toEqual(['count', 'limits', 'name']);
    expect(made.constructor).toBe(Body);
    expect((made as { x?: number }).x).toBeUndefined();
  });

  it('keeps the keys of a free-form object as they are', () => {
    const labels = parsed('{"constructor":"a","toString":"b"}');
    expect(instanceOf(Body, { labels }).labels).toEqual(labels);
  });
});

describe('unknownFields', () => {
  it.each([
    ['of the body', '{"name":"a","colour":"red"}', 'colour', ['name', 'count', 'labels', 'limits']],
    ['of a nested object', '{"limits":{"connectMS":1}}', 'limits.connectMS', ['connectMs']],
    ['that every object has', '{"constructor":1}', 'constructor', ['name', 'count', 'labels', 'limits']],
    ['called __proto__', '{"__proto__":1}', '__proto__', ['name', 'count', 'labels', 'limits']],
  ])('names a field %s, and the known ones', (_, json, field, allowed) => {
    const [found, ...more] = unknownFields(Body, parsed(json));
    expect(found).toMatchObject({ field, allowed: expect.arrayContaining(allowed) });
    expect(found?.allowed).toHaveLength(allowed.length);
    expect(more).toEqual([]);
  });

  it('accepts known fields and whatever a free-form object holds', () => {
    expect(unknownFields(Body, { name: 'a', labels: { any: 1 }, limits: { connectMs: 1 } })).toEqual([]);
  });
});
