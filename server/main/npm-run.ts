/** Whether a script of package.json started this process, as in `npm start`. */
export function isRunByNpm(): boolean {
  return process.env.npm_lifecycle_event !== undefined;
}
