import { defineConfig, kinds, validators } from 'millrace/plugin-api/config';

/** Every setting is declared here and nowhere else: forms, validation and documentation are made from it. */
export const config = defineConfig({
  topic: kinds.string({
    importance: 'HIGH',
    documentation: 'Topic that records are sent to.',
    validator: validators.nonEmptyString(),
  }),
  'interval.ms': kinds.long({
    importance: 'MEDIUM',
    default: 1000,
    documentation: 'Milliseconds between two records.',
    validator: validators.atLeast(1),
  }),
});
