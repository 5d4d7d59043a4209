import { parseMap } from './hcl-map.ts';
import type { Kind } from './option.ts';
import { Refusal } from './refusal.ts';

// https://docs.cloud.google.com/compute/docs/labeling-resources#requirements
const mostLabels = 64;
const ownLabels = ['cluster-provision', 'cluster-provision-id'];
const keyForm = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const valueForm = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** LABELS: on everything that can carry labels, beside the two of this program. */
export function labels(): Kind<Record<string, string>> {
  const most = mostLabels - ownLabels.length;
  return {
    allowed: 'a map such as { team = "vision", cost = "42" }, or the same as JSON',
    verbatim: true,
    parse(text) {
      const map = parseMap(text);
      for (const [key, value] of map) {
        const rule = 'up to 63 lower-case letters, digits, - and _';
        if (!keyForm.test(key))
          throw new Refusal(`the key '${key}' is not a letter followed by ${rule}`, likeLabel(key, keyForm));
        if (!valueForm.test(value))
          throw new Refusal(`the value '${value}' of ${key} is not ${rule}`, likeLabel(value, valueForm));
        if (ownLabels.includes(key)) throw new Refusal(`the label ${key} cannot be set: this program sets it`);
        if (key.startsWith('goog')) throw new Refusal(`the label ${key} cannot be set: goog belongs to Google`);
      }
      if (map.size > most) throw new Refusal(`${map.size} labels are too many; ${most} are allowed`);
      return Object.fromEntries(map);
    },
  };
}

function likeLabel(text: string, form: RegExp): string | undefined {
  const like = text.toLowerCase().replaceAll(/[^\p{Ll}\p{Lo}\p{N}_-]/gu, '-');
  return form.test(like) ? like : undefined;
}
