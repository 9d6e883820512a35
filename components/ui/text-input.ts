/** Look of every input, select and textarea. */
export const textInput =
  'h-9 w-full min-w-0 rounded-md border border-line-strong bg-surface px-3 text-ink placeholder:text-muted aria-invalid:border-failed';
