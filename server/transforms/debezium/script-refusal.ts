import { invalidValue } from '../../config/config-error.ts';
import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';
import { validator } from '../../config/validators.ts';
import { ConnectError } from '../../errors/connect-error.ts';
import type { Transformation } from '../../plugin-api/transformation.ts';

const why =
  'scripts of the JVM cannot run here. Use io.confluent.connect.transforms.Filter, io.aiven.kafka.connect.transforms.FilterByFieldValue, ExtractTopic, or predicates instead';

/** Refuses the language of the script, so that validation says at once what is wrong. */
export const scriptRefusalConfig = defineConfig({
  language: string({
    importance: 'HIGH',
    documentation: 'Language of the script: refused whatever it is, for scripts of the JVM cannot run here.',
    validator: validator('none', (key, value) => {
      throw invalidValue(key, value, why);
    }),
  }),
});

/** Stands in for transformations that run a script in the JVM: known by name, and refused with the reason. */
export class ScriptRefusal implements Transformation {
  configure(): void {
    throw new ConnectError('config', `This transformation is not available: ${why}.`);
  }

  apply(): null {
    throw new ConnectError('illegal-state', 'This transformation is not available.');
  }
}
