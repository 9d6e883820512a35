const minuteMs = 60_000;

export interface TimeZoneText {
  readonly offsetMs: number;
  readonly length: number;
}

const isoForms = [/^([+-])(\d\d)/, /^([+-])(\d\d)(\d\d)/, /^([+-])(\d\d):(\d\d)/] as const;
const generalForm =
  /^(?:GMT([+-])(\d\d?):(\d\d)|([+-])(\d\d)(\d\d)|(?:Coordinated Universal Time|UTC|GMT|UT))/i;

/** A zone at the start of the text: an offset, UTC or GMT. Names of other zones are not known: null. */
export function parseTimeZone(text: string, letter: string, count: number): TimeZoneText | null {
  if (letter === 'X') {
    if (text.startsWith('Z')) return { offsetMs: 0, length: 1 };
    const match = isoForms[count - 1]?.exec(text) ?? null;
    return match === null ? null : offset(match[0], match[1], match[2], match[3]);
  }
  const match = generalForm.exec(text);
  if (match === null) return null;
  return offset(match[0], match[1] ?? match[4], match[2] ?? match[5], match[3] ?? match[6]);
}

function offset(
  text: string,
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
): TimeZoneText | null {
  const [hour, minute] = [Number(hours ?? 0), Number(minutes ?? 0)];
  if (hour > 23 || minute > 59) return null;
  const offsetMs = (hour * 60 + minute) * minuteMs;
  return { offsetMs: sign === '-' ? -offsetMs : offsetMs, length: text.length };
}
