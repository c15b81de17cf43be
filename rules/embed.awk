# Make the table of profiles.h: awk -f embed.awk FILE.rules...
BEGIN {
	print "/* Made by rules/embed.awk. */"
	print "#include \"profiles.h\"\n"
	print "const struct profile profiles_table[] = {"
}

FNR == 1 {
	if (open)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.rules$/, "", name)
	printf "\t{ \"%s\",\n", name
	open = 1
}

# A backslash in the replacement of gsub() means something else to each awk.
{
	line = ""
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		line = line (c == "\\" || c == "\"" ? "\\" c : c)
	}
	printf "\t  \"%s\\n\"\n", line
}

END {
	if (open)
		print "\t},"
	print "\t{ NULL, NULL },"
	print "};"
}
