import type { AdminRole } from '#libs/registry';
import type { Type } from '@nestjs/common';
import type { PageQuery } from './page.js';

interface ResourceNames {
  /** In the audit: `policy` in `policy.create`. */
  action: string;
  /** At the beginning of a message. */
  title: string;
  /** Within a sentence, with an article. */
  one: string;
  many: string;
}

interface AnswerClasses {
  view: Type<object>;
  /** The answer to its creation, if that shows more than `view`. */
  newView?: Type<object>;
  page: Type<object>;
}

interface BodyClasses {
  /** As it is put; the name may be left out. */
  body: Type<{ name?: string }>;
  /** As it is posted. */
  newBody: Type<{ name: string }>;
  /** Filters of its list, if it has any. */
  query?: Type<PageQuery>;
}

/** What a resource is called, who may change it, and the classes of its answers. */
export interface ResourceSpec {
  /** Path below `/api/v1`; also its tag in the OpenAPI document. */
  path: string;
  /** What identifies one within the path. */
  key: 'name' | 'id';
  names: ResourceNames;
  writers: readonly AdminRole[];
  classes: AnswerClasses;
}

/** A resource that is created and replaced by name. */
export interface NamedResourceSpec extends ResourceSpec {
  key: 'name';
  classes: AnswerClasses & BodyClasses;
}
