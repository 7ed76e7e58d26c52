import { readFileSync } from 'node:fs';

/** Linux counts the CPU time of processes in hundredths of a second, whatever the kernel's own tick. */
const ticksPerSecond = 100;

/** Memory of a process in bytes. */
export interface MemoryFigures {
  readonly residentBytes: number;
  /** The most that was ever resident. */
  readonly peakBytes: number;
}

/** CPU seconds, user and system, of all threads of a process so far. Throws when it has ended. */
export function cpuSecondsOf(pid: number): number {
  return parseCpuSeconds(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

/** Memory of a process now. Throws when it has ended. */
export function memoryOf(pid: number): MemoryFigures {
  return parseMemory(readFileSync(`/proc/${pid}/status`, 'latin1'));
}

/** Reads the text of /proc/PID/stat. The program's name may hold blanks and brackets. */
export function parseCpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Reads the text of /proc/PID/status. */
export function parseMemory(status: string): MemoryFigures {
  const bytesOf = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { residentBytes: bytesOf('VmRSS'), peakBytes: bytesOf('VmHWM') };
}
