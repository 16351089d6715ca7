import { readdirSync, readFileSync } from 'node:fs';

/** Fields of /proc/<pid>/stat after the command, which may hold anything (proc_pid_stat(5)). */
const PARENT = 1;

/** @param {string} path @returns {string} empty if what it tells of has ended meanwhile */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Nanoseconds that the threads of a process have run so far, in user and kernel mode: the first field of their `schedstat`.
 * @param {number} pid
 */
export function cpuNs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]));
  return times.reduce((sum, ns) => sum + ns, 0);
}

/** Bytes of memory that a process has resident. @param {number} pid */
export function rssBytes(pid) {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

/** This process and all below it. @returns {number[]} */
export function processTree() {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[PARENT])]),
  );
  const isOurs = (/** @type {number | undefined} */ pid) => {
    for (let at = pid; at !== undefined && at > 0; at = parents.get(at)) if (at === process.pid) return true;
    return false;
  };
  return [...parents.keys()].filter(isOurs);
}
