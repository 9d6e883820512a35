import type { JsonDecimal } from './json-decimal.ts';

/**
 * Parsed JSON without loss: whole numbers are bigints, others keep their text, objects are Maps in the order of their
 * members, the last of equal names winning.
 */
export type JsonNode = null | boolean | string | bigint | JsonDecimal | JsonNode[] | Map<string, JsonNode>;
