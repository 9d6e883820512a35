import type { Converter, HeaderConverter } from '../plugin-api/converter.ts';

/** What transformations read and write data inside of records with. Each call makes one that nobody else has. */
export interface RecordConverters {
  /** Finds numbers, lists and maps in text, and writes single values. */
  createHeaderConverter(): HeaderConverter;
  /** JSON, schemaless until configured otherwise. */
  createJson(): Converter;
  /** Text in UTF-8 until configured otherwise. */
  createText(): Converter;
}
