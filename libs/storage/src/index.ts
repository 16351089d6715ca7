export { FileLock } from './file-lock.js';
export { CHECKSUM_BYTES, CheckedFile, isIntact, withChecksum, type Checked } from './checked-file.js';
