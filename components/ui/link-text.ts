/** Look of a link inside text or a table. */
export const linkText = 'text-accent underline-offset-2 hover:underline';
