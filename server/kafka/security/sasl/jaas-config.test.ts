import { describe, expect, it } from 'vitest';
import { parseJaasConfig } from './jaas-config.ts';

const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';

function optionsOf(text: string): Record<string, string> {
  return Object.fromEntries(parseJaasConfig(text).options);
}

describe('sasl.jaas.config', () => {
  it('is read as Java reads it', () => {
    // Each of these was given to JaasContext.loadClientContext of Kafka 4.3.1, with this result.
    const answersOfJava: [string, Record<string, string>][] = [
      [
        `${plain} required username="token" password="abc-DEF_1=2";`,
        { username: 'token', password: 'abc-DEF_1=2' },
      ],
      [`${plain} required username='token' password='it"s';`, { username: 'token', password: 'it"s' }],
      [`${plain} REQUIRED username=alice password=secret;`, { username: 'alice', password: 'secret' }],
      [
        `${plain} required username="a\\"b" password="c\\\\d\\n\\101\\x";`,
        { username: 'a"b', password: 'c\\d\nAx' },
      ],
      [`${plain} required;`, {}],
      [`${plain} required // c\n username="a" /* x */ password="b//c";`, { username: 'a', password: 'b//c' }],
      [`${plain} required username="ünïcode" password=päss;`, { username: 'ünïcode', password: 'päss' }],
      [`${plain} required username="a" username="b";`, { username: 'b' }],
      [`${plain} required username=a$b-c_d password=x9;`, { username: 'a$b-c_d', password: 'x9' }],
      [`${plain} required username = "a" password ="b";`, { username: 'a', password: 'b' }],
      [
        `${plain} required username="\\u0041\\377\\4001" password="\\a\\b\\f\\r\\t\\v\\0";`,
        { username: 'u0041\xff 01', password: '\x07\b\f\r\t\v\0' },
      ],
      [`${plain} required password="#hash;semi" username="a";`, { username: 'a', password: '#hash;semi' }],
      [`${plain} requisite username="" password='';`, { username: '', password: '' }],
      [`${plain} sufficient a="b"c="d";`, { a: 'b', c: 'd' }],
      [`${plain} optional extension_x="1" b.c="2";`, { extension_x: '1', 'b.c': '2' }],
    ];
    for (const [text, options] of answersOfJava) {
      expect(parseJaasConfig(text).loginModule).toBe(plain);
      expect(optionsOf(text), text).toEqual(options);
    }
  });

  it('takes bare values that Java wants in quotes', () => {
    expect(optionsOf(`${plain} required username=1234 password=p@ss/w*rd-12;`)).toEqual({
      username: '1234',
      password: 'p@ss/w*rd-12',
    });
  });

  it('says what is wrong without showing a value', () => {
    const bad: [string, string][] = [
      ['', 'it is empty'],
      [' // nothing', 'it is empty'],
      [';', 'must start with the class of a login module'],
      ['"canary" required;', 'must start with the class of a login module'],
      ['required;', 'one of required, requisite, sufficient, optional'],
      [`KafkaClient { ${plain} required password="canary"; };`, 'one of required'],
      [`${plain} canary password="canary";`, 'one of required'],
      [`${plain} required password="canary"`, 'must end with a semicolon'],
      [`${plain} required password="canary`, 'a quote is not closed'],
      [`${plain} required password="can\nary";`, 'a line ends inside quotes'],
      [`${plain} required username="a" password=;`, 'option number 2 has no value'],
      [`${plain} required username="a" password=can canary;`, 'option number 3 has no value'],
      [`${plain} required ="canary";`, 'an option has no name'],
      [`${plain} required password="canary"; ${plain} required;`, 'one login module'],
      [`${plain} required password="canary";;`, 'one login module'],
    ];
    for (const [text, reason] of bad) {
      expect(() => parseJaasConfig(text), text).toThrow(reason);
      try {
        parseJaasConfig(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'config', details: { key: 'sasl.jaas.config' } });
        expect(String(error)).not.toContain('canary');
      }
    }
  });
});
