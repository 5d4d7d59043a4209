import type { Endpoints } from './endpoints.ts';

/** A source of access tokens: Application Default Credentials in any form, or the sandbox's token. */
export interface TokenSource {
  /** A token that is valid for at least a few minutes. Throws NO_CREDENTIALS or CREDENTIALS_EXPIRED. */
  token(): Promise<string>;
  /** Which credentials these are, for people: `service account x@y`, `your gcloud login`. */
  describe(): Promise<string>;
  /** The e-mail address of whom these credentials belong to, where they tell it themselves. */
  email?(): Promise<string | undefined>;
  /** The file with their key, where every user of this machine may read it. */
  exposedFile?(): Promise<string | undefined>;
  /** Project that quota and billing of our calls go to, where the credentials name one (`x-goog-user-project`). */
  quotaProject?(): Promise<string | undefined>;
}

/** The Google Cloud a run talks to. Nothing below this value knows whether it is the sandbox. */
export interface Cloud {
  endpoints: Endpoints;
  tokens: TokenSource;
  /** What every request calls itself, ours and Terraform's: `cluster-provision/1.2.3 (run 1a2b3c4d)`. Audit logs keep it. */
  agent?: string | undefined;
  /** Variables that Terraform's child process needs to reach this cloud, beside endpoints and token. */
  terraformEnvironment(): Promise<Readonly<Record<string, string>>>;
  /**
   * Terraform finds the same credentials by itself and renews them during a long run (credential files, metadata
   * server). Without this it is handed an access token at the start of each command.
   */
  terraformFindsCredentials?: boolean;
  /** Ends what was started for this cloud (the sandbox's listener); nothing for Google itself. */
  close(): Promise<void>;
}
