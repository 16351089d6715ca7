import type { AdminRole } from '#libs/registry';
import type { Type } from '@nestjs/common';

/** What a resource is called, who may change it, and the classes of its bodies and answers. */
export interface ResourceSpec {
  /** Path below `/api/v1`; also its tag in the OpenAPI document. */
  path: string;
  /** What identifies one within the path. */
  key: 'name' | 'id';
  /** Its name in the audit: `policy` in `policy.create`. */
  action: string;
  /** Its name at the beginning of a message. */
  title: string;
  /** Its name, with an article, within a sentence. */
  one: string;
  many: string;
  writers: readonly AdminRole[];
  view: Type<object>;
  /** The answer to its creation, if it shows more than `view`. */
  newView?: Type<object>;
  page: Type<object>;
}

/** A resource that is created and replaced by name. */
export interface NamedResourceSpec extends ResourceSpec {
  key: 'name';
  /** As it is put; the name may be left out. */
  body: Type<{ name?: string }>;
  /** As it is posted. */
  newBody: Type<{ name: string }>;
}
