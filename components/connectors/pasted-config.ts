import type { ConfigDocument } from '../config-form/config-document.ts';

/** Hands a pasted config from the catalog step to the form step; a reload of the form still has it. */
const key = 'millrace.pasted-config';

export function keepPastedConfig(document: ConfigDocument): void {
  sessionStorage.setItem(key, JSON.stringify(document));
}

export function takePastedConfig(className: string): ConfigDocument | null {
  const text = sessionStorage.getItem(key);
  if (text === null) return null;
  const document = JSON.parse(text) as ConfigDocument;
  return document['connector.class'] === className ? document : null;
}

export function forgetPastedConfig(): void {
  sessionStorage.removeItem(key);
}
