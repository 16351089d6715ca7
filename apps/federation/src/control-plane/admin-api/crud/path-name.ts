import { invalidField } from '#libs/registry';

/**
 * The name in the body of a PUT must be that of the path, or absent: nothing can be renamed.
 * @throws RegistryError `validation`.
 */
export function assertSameName(path: string, body: string | undefined): void {
  if (body !== undefined && body !== path)
    throw invalidField('name', body, [path], 'A resource cannot be renamed');
}
