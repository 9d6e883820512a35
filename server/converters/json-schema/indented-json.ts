const lineEnd = '\n';

/** The same JSON with an indented line for each member, as Jackson prints it. `json`: without white space. */
export function indentedJson(json: string): string {
  let text = '';
  let depth = 0;
  /** For each open bracket whether it is an object, whose members stand on lines of their own. */
  const isObject: boolean[] = [];
  const breakLine = () => lineEnd + '  '.repeat(depth);
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    switch (character) {
      case '"': {
        const end = endOfString(json, at);
        text += json.slice(at, end);
        at = end - 1;
        break;
      }
      case '{':
      case '[': {
        const isEmpty = json.charAt(at + 1) === (character === '{' ? '}' : ']');
        if (isEmpty) {
          text += `${character} ${json.charAt(++at)}`;
          break;
        }
        isObject.push(character === '{');
        if (character === '{') depth++;
        text += character + (character === '{' ? breakLine() : ' ');
        break;
      }
      case '}':
        isObject.pop();
        depth--;
        text += `${breakLine()}}`;
        break;
      case ']':
        isObject.pop();
        text += ' ]';
        break;
      case ',':
        text += isObject.at(-1) ? `,${breakLine()}` : ', ';
        break;
      case ':':
        text += ' : ';
        break;
      default:
        text += character;
    }
  }
  return text;
}

function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
