function file(packageName: string, body: string, imports: readonly string[] = []): string {
  const lines = imports.map((path) => `import "${path}";\n`).join('');
  return `syntax = "proto3";\n\npackage ${packageName};\n\n${lines}${imports.length > 0 ? '\n' : ''}${body}\n`;
}

function message(name: string, ...fields: readonly string[]): string {
  return `message ${name} {\n${fields.map((field, index) => `  ${field} = ${index + 1};\n`).join('')}}`;
}

function enumeration(name: string, ...values: readonly string[]): string {
  return `enum ${name} {\n${values.map((value, index) => `  ${value} = ${index};\n`).join('')}}`;
}

const timestamp = 'google/protobuf/timestamp.proto';
const duration = 'google/protobuf/duration.proto';
const wrappers = 'google/protobuf/wrappers.proto';

const wrapperMessages = [
  message('DoubleValue', 'double value'),
  message('FloatValue', 'float value'),
  message('Int64Value', 'int64 value'),
  message('UInt64Value', 'uint64 value'),
  message('Int32Value', 'int32 value'),
  message('UInt32Value', 'uint32 value'),
  message('BoolValue', 'bool value'),
  message('StringValue', 'string value'),
  message('BytesValue', 'bytes value'),
];

const structMessages = [
  message('Struct', 'map<string, Value> fields'),
  `message Value {
  oneof kind {
    NullValue null_value = 1;
    double number_value = 2;
    string string_value = 3;
    bool bool_value = 4;
    Struct struct_value = 5;
    ListValue list_value = 6;
  }
}`,
  enumeration('NullValue', 'NULL_VALUE'),
  message('ListValue', 'repeated Value values'),
];

const dateTimeMessages = [
  `message DateTime {
  int32 year = 1;
  int32 month = 2;
  int32 day = 3;
  int32 hours = 4;
  int32 minutes = 5;
  int32 seconds = 6;
  int32 nanos = 7;
  oneof time_offset {
    google.protobuf.Duration utc_offset = 8;
    TimeZone time_zone = 9;
  }
}`,
  message('TimeZone', 'string id', 'string version'),
];

const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const months = [
  ...['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE'],
  ...['JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'],
];

/** Files that every Protobuf compiler has at hand, and those of Connect's converters, by the path of their import. */
export const wellKnownFiles: ReadonlyMap<string, string> = new Map([
  [timestamp, file('google.protobuf', message('Timestamp', 'int64 seconds', 'int32 nanos'))],
  [duration, file('google.protobuf', message('Duration', 'int64 seconds', 'int32 nanos'))],
  [wrappers, file('google.protobuf', wrapperMessages.join('\n\n'))],
  ['google/protobuf/struct.proto', file('google.protobuf', structMessages.join('\n\n'))],
  ['google/protobuf/any.proto', file('google.protobuf', message('Any', 'string type_url', 'bytes value'))],
  ['google/protobuf/empty.proto', file('google.protobuf', message('Empty'))],
  [
    'google/protobuf/field_mask.proto',
    file('google.protobuf', message('FieldMask', 'repeated string paths')),
  ],
  [
    'google/protobuf/source_context.proto',
    file('google.protobuf', message('SourceContext', 'string file_name')),
  ],
  // Options are not looked up by their declaration, so that those of descriptors need no fields here.
  ['google/protobuf/descriptor.proto', file('google.protobuf', '')],
  ['google/type/date.proto', file('google.type', message('Date', 'int32 year', 'int32 month', 'int32 day'))],
  [
    'google/type/timeofday.proto',
    file('google.type', message('TimeOfDay', 'int32 hours', 'int32 minutes', 'int32 seconds', 'int32 nanos')),
  ],
  ['google/type/datetime.proto', file('google.type', dateTimeMessages.join('\n\n'), [duration])],
  ['google/type/decimal.proto', file('google.type', message('Decimal', 'string value'))],
  [
    'google/type/money.proto',
    file('google.type', message('Money', 'string currency_code', 'int64 units', 'int32 nanos')),
  ],
  ['google/type/latlng.proto', file('google.type', message('LatLng', 'double latitude', 'double longitude'))],
  [
    'google/type/interval.proto',
    file(
      'google.type',
      message('Interval', 'google.protobuf.Timestamp start_time', 'google.protobuf.Timestamp end_time'),
      [timestamp],
    ),
  ],
  [
    'google/type/fraction.proto',
    file('google.type', message('Fraction', 'int64 numerator', 'int64 denominator')),
  ],
  [
    'google/type/color.proto',
    file(
      'google.type',
      message('Color', 'float red', 'float green', 'float blue', 'google.protobuf.FloatValue alpha'),
      [wrappers],
    ),
  ],
  [
    'google/type/localized_text.proto',
    file('google.type', message('LocalizedText', 'string text', 'string language_code')),
  ],
  [
    'google/type/quaternion.proto',
    file('google.type', message('Quaternion', 'double x', 'double y', 'double z', 'double w')),
  ],
  [
    'google/type/dayofweek.proto',
    file('google.type', enumeration('DayOfWeek', 'DAY_OF_WEEK_UNSPECIFIED', ...days)),
  ],
  ['google/type/month.proto', file('google.type', enumeration('Month', 'MONTH_UNSPECIFIED', ...months))],
  [
    'confluent/meta.proto',
    file('confluent', message('Meta', 'string doc', 'map<string, string> params', 'repeated string tags')),
  ],
  [
    'confluent/type/decimal.proto',
    file('confluent.type', message('Decimal', 'bytes value', 'uint32 precision', 'int32 scale')),
  ],
]);
