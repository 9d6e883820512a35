const words = ['order', 'payment', 'customer', 'created', 'shipped', 'amount', 'status', 'warehouse'];

/** A thousand distinct lines of so many bytes, with about as much repetition as logs have: words and digits. */
export function payloadLines(bytes: number): readonly string[] {
  return Array.from({ length: 1000 }, () => {
    let text = '';
    while (text.length < bytes) {
      text += `${words[Math.floor(Math.random() * words.length)]}=${Math.floor(Math.random() * 1e6)} `;
    }
    return text.slice(0, bytes);
  });
}
