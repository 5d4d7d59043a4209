import { downloadTerraform } from '../src/terraform/download.ts';
import { pinnedSums, pinnedVersion, platformName } from '../src/terraform/pinned.ts';

// fetch-terraform.ts SITE DIRECTORY: the pinned Terraform for this platform, checked by its sum.
const [, , site = 'https://releases.hashicorp.com', directory = '.'] = process.argv;
const platform = platformName(process.platform, process.arch);
const sha256 = pinnedSums[platform];
if (sha256 === undefined) throw new Error(`Terraform for ${platform} is not pinned`);
const result = await downloadTerraform({ site, version: pinnedVersion, platform, sha256, directory });
if ('reason' in result) throw new Error(`${result.reason}; docs/image.md says how to bring one of your own`);
console.log(`terraform ${pinnedVersion} for ${platform}`);
