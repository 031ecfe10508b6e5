"""The commands that list something: audiences, lists, runs, rejections."""
