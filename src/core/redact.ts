/** Cuts registered secrets, and whatever looks like a credential, out of every text that leaves the process. */
export interface Redactor {
  /** From now on `secret` (and its base64 form) is cut out of every text. Short values are ignored. */
  add(secret: string): void;
  clean(text: string): string;
}

// Google access tokens, bearer headers, private keys: cut out although nobody registered them.
const patterns = [
  /ya29\.[\w-]{16,}/g,
  /(?<=[Bb]earer )[\w.~+/=-]{16,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
// What one of them begins or ends with: most texts have nothing of it, and a report has many.
const suspicious = /ya29\.|earer |PRIVATE KEY-----/;

/** Makes a redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    add(secret) {
      // Shorter texts would cut holes into ordinary words.
      if (secret.length < 6) return;
      secrets.add(secret);
      secrets.add(Buffer.from(secret).toString('base64'));
      secrets.add(JSON.stringify(secret).slice(1, -1));
    },
    clean(text) {
      let clean = text;
      for (const secret of secrets) clean = clean.replaceAll(secret, '[secret]');
      if (suspicious.test(clean)) for (const pattern of patterns) clean = clean.replaceAll(pattern, '[secret]');
      return clean;
    },
  };
}
