export { hmacSha256 } from './hmac.js';
export { ReplayCache } from './replay-cache.js';
export { SealedBox, SealError } from './sealed-box.js';
export { secretKey } from './secret-key.js';
