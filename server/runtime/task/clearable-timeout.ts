/** A wait that can be given up without leaving a timer behind. */
export function clearableTimeout(ms: number): { readonly elapsed: Promise<void>; clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return { elapsed, clear: () => clearTimeout(timer) };
}
