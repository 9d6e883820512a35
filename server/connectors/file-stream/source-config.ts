import { defineConfig } from '../../config/define-config.ts';
import { int, string } from '../../config/kinds.ts';
import { nonEmptyString } from '../../config/validators.ts';

export const fileStreamSourceConfig = defineConfig({
  file: string({
    importance: 'HIGH',
    documentation: 'File to read lines from, and to follow as it grows. Empty: standard input.',
    default: null,
    width: 'LONG',
    displayName: 'File',
  }),
  topic: string({
    importance: 'HIGH',
    documentation: 'Topic that gets one record a line.',
    validator: nonEmptyString(),
    width: 'MEDIUM',
    displayName: 'Topic',
  }),
  'batch.size': int({
    importance: 'LOW',
    documentation: 'Most records taken from the file in one go.',
    default: 2000,
    width: 'SHORT',
    displayName: 'Batch size',
  }),
});
