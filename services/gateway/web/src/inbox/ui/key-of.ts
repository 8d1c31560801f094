/**
 * Keys for one thing to be made: the same content keeps its key, so that trying again after a broken connection makes
 * nothing twice; another content is another request.
 */
export function keyOf(): (content: unknown) => string {
  const keys = new Map<string, string>();
  return (content) => {
    const text = JSON.stringify(content);
    const key = keys.get(text) ?? crypto.randomUUID();
    keys.set(text, key);
    return key;
  };
}
