import type { PlaneProcess } from '../../scripts/toolchain/plane-process.mjs';

/** Ends a process of the program without letting it do anything about it. */
export async function crash(plane: PlaneProcess): Promise<void> {
  plane.child.kill('SIGKILL');
  await plane.child.exited;
}

/** Starts it again in the same place and waits until it is ready. */
export async function startAgain(plane: PlaneProcess): Promise<void> {
  await plane.start();
  await plane.ready();
}
