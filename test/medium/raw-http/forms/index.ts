import { FRAMING } from './framing.forms.js';
import { HEADS } from './head.forms.js';
import { MEDIA } from './media.forms.js';
import { TARGETS } from './target.forms.js';

/** Each form by its name, which is unique. */
export const FORMS = [...FRAMING, ...HEADS, ...TARGETS, ...MEDIA];
