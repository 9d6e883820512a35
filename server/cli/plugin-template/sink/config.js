import { defineConfig, kinds, validators } from 'millrace/plugin-api/config';

/** Every setting is declared here and nowhere else: forms, validation and documentation are made from it. */
export const config = defineConfig({
  path: kinds.string({
    importance: 'HIGH',
    documentation: 'File that values are appended to, one a line.',
    validator: validators.nonEmptyString(),
  }),
});
