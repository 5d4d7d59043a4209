# The provider that the image has: the version that the bindings were generated from; its sums are in .terraform.lock.hcl.
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "6.50.0"
    }
  }
}
