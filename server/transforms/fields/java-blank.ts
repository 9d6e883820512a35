/** Whether Java's `String.isBlank` calls it blank: a space that must not break is none. */
export function isBlank(text: string): boolean {
  return text.replace(/[\u00a0\u2007\u202f\ufeff]/g, 'x').trim() === '';
}
