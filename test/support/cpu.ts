/** Milliseconds of processor time that this thread spends on some work: what else the machine does costs it nothing. */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
