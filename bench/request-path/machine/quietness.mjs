import { readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { cpuNs, processTree } from './processes.mjs';

/** Of /proc/stat (proc_stat(5)). */
const TICK_NS = 10_000_000;
const IDLE_FIELDS = [3, 4];
const STEAL_FIELD = 7;
const COUNTED_FIELDS = 8;

/** Beyond these the figures say more about what else ran than about what was measured. */
const MAX_OTHER_SHARE = 0.05;
const MAX_STEAL_SHARE = 0.02;
const MAX_LOAD_BEFORE = 1;

const rounded = (/** @type {number} */ value) => Math.round(value * 1000) / 1000;

/** Nanoseconds of processor time that the machine has spent so far, and that its host has taken away. */
function machineTime() {
  const ticks = String(readFileSync('/proc/stat', 'utf8').split('\n')[0])
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = ticks.slice(0, COUNTED_FIELDS).filter((_, i) => !IDLE_FIELDS.includes(i));
  return {
    busyNs: busy.reduce((sum, n) => sum + n, 0) * TICK_NS,
    stolenNs: Number(ticks[STEAL_FIELD]) * TICK_NS,
  };
}

/** @returns {Map<number, number>} */
const ownTime = () => new Map(processTree().map((pid) => [pid, cpuNs(pid)]));

/**
 * What the processes have used between two looks; one that has begun in between counts from its beginning.
 * @param {Map<number, number>} before @param {Map<number, number>} after
 */
const usedBetween = (before, after) =>
  [...after].reduce((sum, [pid, ns]) => sum + ns - (before.get(pid) ?? 0), 0);

/** Watches how much of the processor others take while something is measured. */
export class Quietness {
  loadBefore = Number(loadavg()[0]);
  capacityNs = 0;
  otherNs = 0;
  stolenNs = 0;
  worstShare = 0;

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async during(work) {
    const [own, machine, since] = [ownTime(), machineTime(), process.hrtime.bigint()];
    const result = await work();
    const wallNs = Number(process.hrtime.bigint() - since);
    const now = machineTime();
    this.add(wallNs * cpus().length, now.busyNs - machine.busyNs - usedBetween(own, ownTime()));
    this.stolenNs += now.stolenNs - machine.stolenNs;
    return result;
  }

  /** @param {number} capacityNs @param {number} otherNs */
  add(capacityNs, otherNs) {
    this.capacityNs += capacityNs;
    this.otherNs += otherNs;
    this.worstShare = Math.max(this.worstShare, otherNs / capacityNs);
  }

  report() {
    const others = Math.max(0, this.otherNs / this.capacityNs);
    const stolen = this.stolenNs / this.capacityNs;
    return {
      wasQuiet: others <= MAX_OTHER_SHARE && stolen <= MAX_STEAL_SHARE && this.loadBefore <= MAX_LOAD_BEFORE,
      loadAverageBefore: rounded(this.loadBefore),
      shareOfOtherProcesses: rounded(others),
      shareOfOtherProcessesInTheWorstRound: rounded(this.worstShare),
      shareTakenByTheHost: rounded(stolen),
      allowed: { loadAverageBefore: MAX_LOAD_BEFORE, others: MAX_OTHER_SHARE, host: MAX_STEAL_SHARE },
      cores: cpus().length,
      processor: cpus()[0]?.model ?? 'unknown',
      kernel: release(),
    };
  }
}
