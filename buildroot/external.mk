include $(sort $(wildcard $(BR2_EXTERNAL_HOTLINE_PATH)/package/*/*.mk))
