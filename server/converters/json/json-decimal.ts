/** A JSON number with a fraction or an exponent, as it was written. */
export class JsonDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
