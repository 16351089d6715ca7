import { fieldFault } from '#libs/registry';

/**
 * The name in the body of a PUT must be that of the path, or absent: nothing can be renamed.
 * @throws RegistryFault `validation`.
 */
export function assertSameName(path: string, body: string | undefined): void {
  if (body !== undefined && body !== path)
    throw fieldFault('name', body, [path], 'A resource cannot be renamed');
}
