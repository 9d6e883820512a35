/*
 * Decoders of raw LZ4 and Snappy blocks. The bytes come from the network, so every length is checked before it is
 * used. Copies move 16 bytes at a time and may read and write up to 15 bytes too many: input and output are each
 * followed by at least 32 bytes that nobody needs.
 *
 * Each answers the place behind what it wrote, or one of the negative numbers below.
 */
typedef unsigned char byte;
typedef unsigned int word;
typedef byte chunk __attribute__((vector_size(16), aligned(1)));

enum { INPUT_ENDS = -1, REACHES_BACK = -2, NO_ROOM = -3 };

static inline void move16(byte *to, const byte *from) { *(chunk *)to = *(const chunk *)from; }

static inline void copy_literals(byte *to, const byte *from, word length) {
  for (word done = 0; done < length; done += 16) move16(to + done, from + done);
}

/* What is copied may overlap with where it goes: a distance of 1 repeats one byte. */
static inline void copy_match(byte *to, word distance, word length) {
  const byte *from = to - distance;
  if (distance >= 16) {
    for (word done = 0; done < length; done += 16) move16(to + done, from + done);
  } else if (length <= 16) {
    for (word done = 0; done < length; done++) to[done] = from[done];
  } else {
    /* The pattern is laid out once, as often as it fits into 16 bytes, and then moved on by whole patterns. */
    for (word done = 0; done < 16; done++) to[done] = from[done];
    word step = 16 - 16 % distance;
    for (word done = 16; done < length; done += step) move16(to + done, to + done - step);
  }
}

/* A length that its four bits cannot hold goes on in bytes of 255 and one below; 0 when the input ends within. */
static inline int extend(const byte **in, const byte *end, word *length) {
  word more;
  do {
    if (*in >= end) return 0;
    more = *(*in)++;
    *length += more;
  } while (more == 255);
  return 1;
}

__attribute__((export_name("lz4"))) int lz4(const byte *in, word bytes, const byte *floor, byte *to, byte *limit) {
  const byte *end = in + bytes;
  while (in < end) {
    word token = *in++;
    word length = token >> 4;
    if (length == 15 && !extend(&in, end, &length)) return INPUT_ENDS;
    if (length > (word)(end - in)) return INPUT_ENDS;
    if (length > (word)(limit - to)) return NO_ROOM;
    copy_literals(to, in, length);
    in += length;
    to += length;
    if (in == end) break;
    if (end - in < 2) return INPUT_ENDS;
    word distance = in[0] | (word)in[1] << 8;
    in += 2;
    if (distance == 0 || distance > (word)(to - floor)) return REACHES_BACK;
    length = (token & 15) + 4;
    if (length == 19 && !extend(&in, end, &length)) return INPUT_ENDS;
    if (length > (word)(limit - to)) return NO_ROOM;
    copy_match(to, distance, length);
    to += length;
  }
  return (int)to;
}

/* Without the length in front. */
__attribute__((export_name("snappy"))) int snappy(const byte *in, word bytes, byte *to, byte *limit) {
  const byte *end = in + bytes;
  const byte *floor = to;
  while (in < end) {
    word tag = *in++;
    word length = (tag >> 2) + 1;
    word more = tag & 3;
    if (more == 0) {
      if (length > 60) {
        word digits = length - 60;
        if (digits > (word)(end - in)) return INPUT_ENDS;
        length = 0;
        for (word i = 0; i < digits; i++) length |= (word)in[i] << (8 * i);
        in += digits;
        if (length == 0xffffffff) return INPUT_ENDS;
        length++;
      }
      if (length > (word)(end - in)) return INPUT_ENDS;
      if (length > (word)(limit - to)) return NO_ROOM;
      copy_literals(to, in, length);
      in += length;
    } else {
      word digits = more == 3 ? 4 : more;
      if (digits > (word)(end - in)) return INPUT_ENDS;
      word distance = 0;
      for (word i = 0; i < digits; i++) distance |= (word)in[i] << (8 * i);
      in += digits;
      if (more == 1) {
        length = ((tag >> 2) & 7) + 4;
        distance |= (tag >> 5) << 8;
      }
      if (distance == 0 || distance > (word)(to - floor)) return REACHES_BACK;
      if (length > (word)(limit - to)) return NO_ROOM;
      copy_match(to, distance, length);
    }
    to += length;
  }
  return (int)to;
}
