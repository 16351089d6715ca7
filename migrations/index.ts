import { Initial1795365523299 } from './1795365523299-initial.js';

/** Every migration, oldest first. */
export const MIGRATIONS = [Initial1795365523299];
