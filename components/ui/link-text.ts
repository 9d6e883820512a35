/** Look of a link inside text or a table. */
export const linkText =
  'text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent';
