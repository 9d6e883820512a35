import type { SchemaNote, ValueNote } from '../../verification/value-notation.ts';
import { readCases } from './read-cases.ts';
import { writeCases } from './write-cases.ts';

export type AvroConfig = Readonly<Record<string, string>>;

export interface AvroWriteCase {
  readonly config: AvroConfig;
  readonly schema: SchemaNote | null;
  readonly value: ValueNote;
}

export interface AvroReadCase {
  readonly config: AvroConfig;
  readonly avro: string;
  /** Of values made by chance, where no bytes are given. */
  readonly seed?: number;
  /** In base64. */
  readonly bytes?: string;
  readonly version?: number;
}

export type AvroCase = AvroWriteCase | AvroReadCase;

export const avroCases: readonly AvroCase[] = [...writeCases, ...readCases];
