/** The Terraform that is fetched from HashiCorp where the machine has none. */
export const pinnedVersion = '1.11.4';

/**
 * SHA-256 of each platform's zip of the pinned version, as in the formula of HashiCorp's own Homebrew tap for it
 * (https://github.com/hashicorp/homebrew-tap). The binary inside the linux_amd64 zip has the sum 268000fc…be23.
 */
export const pinnedSums: Readonly<Record<string, string>> = {
  linux_amd64: '1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc',
  linux_arm64: 'a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633',
  darwin_amd64: 'a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b',
  darwin_arm64: '867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18',
};

/**
 * The Terraform that is built with Go where the release page cannot be reached: the newest one whose go.mod has no
 * `replace` line (`go install` refuses those). Go checks the module against its public checksum database.
 */
export const goVersion = '1.8.5';

/** Terraform's name of this machine's platform, such as `linux_amd64`. */
export function platformName(platform: NodeJS.Platform, arch: string): string {
  return `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
}
