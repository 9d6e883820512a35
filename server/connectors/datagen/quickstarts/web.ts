import type { JsonObject } from '../arg-json.ts';
import {
  counting,
  oneOf,
  pattern,
  quickstart,
  quickstartOfRows,
  start2024Ms,
  start2025Ms,
  within,
} from './schema-json.ts';

const user = pattern('User_[1-9]');
const addresses = [
  '203.0.113.7',
  '203.0.113.19',
  '203.0.113.88',
  '198.51.100.4',
  '198.51.100.61',
  '192.0.2.140',
];

const person = {
  registertime: within('long', start2024Ms, start2025Ms),
  userid: user,
  regionid: pattern('Region_[1-9]'),
  gender: oneOf('FEMALE', 'MALE', 'OTHER'),
};

const interests: JsonObject = {
  type: 'array',
  items: 'string',
  'arg.properties': {
    options: [['Chess', 'Sailing'], ['Cooking'], ['Hiking', 'Painting', 'Poetry'], ['Gardening', 'Cycling']],
  },
};

const contactInfo: JsonObject = {
  type: 'map',
  values: 'string',
  'arg.properties': {
    options: [
      { phone: '5550100', city: 'Ostrava', state: 'MO', zipcode: '70030' },
      { phone: '5550117', city: 'Leiden', state: 'ZH', zipcode: '23110' },
      { phone: '5550142', city: 'Girona', state: 'CT', zipcode: '17001' },
      { phone: '5550163', city: 'Duluth', state: 'MN', zipcode: '55802' },
    ],
  },
};

export const webQuickstarts = {
  clickstream: quickstart('clickstream.events', 'ip', {
    ip: oneOf(...addresses),
    userid: within('int', 1, 40),
    remote_user: oneOf('-'),
    time: counting('string', 1, 10),
    _time: counting('long', 1, 10),
    request: oneOf(
      'GET /start HTTP/1.1',
      'GET /catalogue HTTP/1.1',
      'GET /catalogue/lamps HTTP/1.1',
      'POST /basket HTTP/1.1',
      'GET /pictures/logo.svg HTTP/1.1',
    ),
    status: oneOf('200', '200', '200', '302', '404', '500'),
    bytes: oneOf('312', '1024', '2187', '4096', '15360'),
    referrer: oneOf('-', 'https://search.example.com/', 'https://news.example.org/today'),
    agent: oneOf(
      'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15',
      'curl/8.9.1',
    ),
  }),
  clickstream_codes: quickstartOfRows('clickstream.codes', 'code', { code: 'int', definition: 'string' }, [
    [200, 'OK'],
    [201, 'Created'],
    [302, 'Found'],
    [304, 'Not modified'],
    [404, 'Page not found'],
    [500, 'Internal server error'],
    [503, 'Service unavailable'],
  ]),
  clickstream_users: quickstart('clickstream.users', 'user_id', {
    user_id: counting('int', 1),
    username: oneOf('ada.k', 'benno_7', 'chidi', 'drumlin', 'ottoline', 'zephyr22'),
    registered_at: within('long', start2024Ms, start2025Ms),
    first_name: oneOf('Ada', 'Benno', 'Chidi', 'Dara', 'Ottoline', 'Zoe'),
    last_name: oneOf('Berger', 'Costa', 'Eklund', 'Novak', 'Okafor', 'Tanaka'),
    city: oneOf('Bergen', 'Girona', 'Leiden', 'Ostrava', 'Trieste'),
    level: oneOf('Bronze', 'Silver', 'Gold'),
  }),
  pageviews: quickstart('ksql.pageviews', 'viewtime', {
    viewtime: counting('long', 1, 10),
    userid: user,
    pageid: pattern('Page_[1-9][0-9]?'),
  }),
  ratings: quickstart('ksql.ratings', 'rating_id', {
    rating_id: counting('long', 1),
    user_id: within('int', 1, 21),
    stars: within('int', 1, 6),
    route_id: within('int', 1, 10_000),
    rating_time: counting('long', 1, 12),
    channel: oneOf('web', 'ios', 'android', 'kiosk'),
    message: oneOf(
      'Left on time, landed early.',
      'My suitcase went somewhere warmer than I did.',
      'Friendly crew, good coffee.',
      'Three hours on the apron without a word.',
      'Would fly again.',
    ),
  }),
  users: quickstart('ksql.users', 'userid', person),
  users_: quickstart('ksql.users', 'userid', { ...person, interests, contactinfo: contactInfo }),
};
