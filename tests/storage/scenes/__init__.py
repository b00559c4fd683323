"""
Parts of the life at the office in which `test_plans` watches every query; a part a file.
"""
