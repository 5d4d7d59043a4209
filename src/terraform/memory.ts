// Terraform takes 66 MB and each of its providers 125 MB for 200 resources (measured), beside this program.
const least = 512 * 1024 * 1024;

/**
 * What is wrong with the memory that a container gives us, in bytes; `undefined` = there is enough, or no limit. A provider
 * that the kernel kills for want of memory loses what it was making.
 */
export function tightMemory(limit: number = process.constrainedMemory()): string | undefined {
  // Without a limit Node says 0, or what the kernel has for "no limit".
  if (limit <= 0 || limit >= least) return undefined;
  const mib = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  return `${mib(limit)} MiB of memory are little: terraform wants ${mib(least)}, and 1024 are better (docker run --memory)`;
}
