import { Initial1795365523299 } from './1795365523299-initial.js';
import { StreamDuration1795379400000 } from './1795379400000-stream-duration.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [Initial1795365523299, StreamDuration1795379400000];
