################################################################################
#
# hotline
#
################################################################################

# images/VERSION is the only version number of the product.
HOTLINE_VERSION = $(shell cat $(BR2_EXTERNAL_HOTLINE_PATH)/../images/VERSION)
HOTLINE_SITE = $(BR2_EXTERNAL_HOTLINE_PATH)/..
HOTLINE_SITE_METHOD = local
# The workspace's top has no program of its own.
HOTLINE_SUBDIR = appliance
HOTLINE_LICENSE = MIT or Apache-2.0
HOTLINE_LICENSE_FILES = LICENSE-MIT LICENSE-APACHE

$(eval $(cargo-package))
