import { isGoogleError } from './http.ts';

/** What the list holds; nothing where Google says no. For what is good to know, and no reason to fail. */
export async function orNothing<T>(list: Promise<T[]>): Promise<T[]> {
  try {
    return await list;
  } catch (error) {
    if (isGoogleError(error)) return [];
    throw error;
  }
}
