import type { Settings } from './settings/settings.js';
import type { Plane } from './plane.js';

/** The only file that knows both roles; each is loaded lazily, so that a gateway runs without the database's packages. */
export async function compose(settings: Settings): Promise<Plane> {
  if (settings.role === 'control') {
    const { bootControlPlane } = await import('./control-plane/control-plane.boot.js');
    return bootControlPlane(settings);
  }
  const { bootGateway } = await import('./gateway/gateway.boot.js');
  return bootGateway(settings);
}
