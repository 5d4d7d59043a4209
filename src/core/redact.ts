/** Cuts registered secrets, and whatever looks like a credential, out of every text that leaves the process. */
export interface Redactor {
  /** From now on `secret` is cut out of every text, in whatever form it comes. Short values are ignored. */
  add(secret: string): void;
  clean(text: string): string;
  /** Cleans a text that comes line by line: a private key goes on over many of them. */
  lines(): (line: string) => string;
}

// Cut out although nobody registered them: https://cloud.google.com/docs/authentication/token-types
// A word begins behind what is no part of one, or behind an escape such as \n.
const patterns = [
  /ya29\.[\w-]{16,}/g,
  /(?:(?<![\w-])|(?<=\\[nrt]))1\/\/0[\w-]{20,}/g,
  /(?:(?<![\w-])|(?<=\\[nrt]))GOCSPX-[\w-]{20,}/g,
  // A signed token: head, claims, signature.
  /(?:(?<![\w-])|(?<=\\[nrt]))eyJ[\w-]{10,}\.eyJ[\w-]{10,}(?:\.[\w-]*)?/g,
  /(?<=[Bb]earer )[\w.~+/=-]{16,}/g,
  /(?<=[Aa]uthorization["'\\]*\s*[:=][\s["'\\]*(?:Basic|Negotiate|NTLM) )[\w+/=]{8,}/g,
  // Fields of credential files and of answers that bring tokens, also where the JSON is itself a text in JSON.
  /(?<="(?:access_token|refresh_token|id_token|client_secret|private_key_id|private_key)\\*"\s*:\s*\\*")[^"\\]+(?:\\+[^"\\][^"\\]*)*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // The password of an address, such as that of a proxy.
  /(?<=\/\/[^\s/:@"']{0,256}:)[^\s/@"']{1,256}(?=@)/g,
];
// What one of them begins or ends with: most texts have nothing of it, and a report has many.
const suspicious =
  /ya29\.|\/\/0|GOCSPX-|eyJ|earer |uthorization|_token\\*"|_secret\\*"|private_key|PRIVATE KEY-----|\/\/[^\s/@"']{1,512}@/;

// One word, with the frame that Terraform draws around its errors; the last line has an end of its own.
const insideKey = /^[^\w+/=-]*(?:[\w+/=]*|-----END [A-Z ]*PRIVATE KEY-----)\s*$/;

/** Makes a redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  let secrets: string[] = [];
  const clean = (text: string): string => {
    let cleaned = text;
    for (const secret of secrets) cleaned = cleaned.replaceAll(secret, '[secret]');
    if (suspicious.test(cleaned)) for (const pattern of patterns) cleaned = cleaned.replaceAll(pattern, '[secret]');
    return cleaned;
  };
  return {
    add(secret) {
      // Shorter texts would cut holes into ordinary words.
      const found = formsOf(secret).filter((form) => form.length >= 6);
      // The longest first: what is left of a secret when a part of it was cut out would be shown.
      secrets = [...new Set([...secrets, ...found])].toSorted((one, other) => other.length - one.length);
    },
    clean,
    lines() {
      let inKey = false;
      return (line) => {
        inKey = inKey && insideKey.test(line);
        if (inKey) {
          inKey = !line.includes('-----END ');
          return '[secret]';
        }
        inKey = beginsKey(line);
        return clean(line);
      };
    },
  };
}

/** A private key begins in this line and does not end in it. */
function beginsKey(line: string): boolean {
  const at = line.lastIndexOf('-----BEGIN ');
  return at >= 0 && /^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line.slice(at)) && !line.includes('-----END ', at);
}

/** A secret as it stands in JSON, in JSON within JSON, in what Go makes of it, in addresses and in base64; and line by line. */
function formsOf(secret: string): string[] {
  if (secret.length < 6) return [];
  const json = inJson(secret);
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 12);
  return [
    secret,
    json,
    inJson(json),
    // https://pkg.go.dev/encoding/json#HTMLEscape
    json.replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString('base64'),
    ...(lines.length > 1 ? lines : []),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
