import { SealedBox } from '#libs/crypto';

/** Encrypts what the database keeps for the control plane: the private signing keys and the deployment's secrets. */
export class MasterKey extends SealedBox {}
